;;; memento-review-mode.el --- Open remarks beside their code  -*- lexical-binding: t; -*-

;; Copyright (c) 2026 The memento authors
;; SPDX-License-Identifier: MIT

;;; Commentary:

;; `memento-review-mode' marks the lines of a file that have open remarks, in the fringe or, where there is none, in the
;; margin.  The remark shows in the echo area when point is on its line, and as a tooltip.

;;; Code:

(require 'memento-review-log)
(require 'eldoc)

(defvar memento-review-mode)
(declare-function memento-core-review-locate-file "ext:memento-core")

;;;; Customization

(defcustom memento-review-mark-style 'auto
  "Where open remarks are marked; `auto' means the fringe, else the margin."
  :group 'memento-review
  :type '(choice (const :tag "Fringe, in terminals margin" auto)
                 (const :tag "Fringe" fringe)
                 (const :tag "Margin" margin)))

(defcustom memento-review-mark-text "●"
  "The mark in the margin; where it cannot be shown, that is an exclamation mark."
  :group 'memento-review
  :type 'string)

;;;; Marks

(defvar-local memento--review-margin nil
  "What the width of the left margin was before marks needed it, or nil.")

(defvar-local memento--review-marks-outdated nil
  "Non-nil if the log changed while the buffer was not displayed.")

(defun memento--review-mark (entries)
  "Return the string with the mark of a line with the remarks ENTRIES."
  (let ((face (if (seq-every-p (lambda (entry) (eq (plist-get entry :status) 'stale)) entries)
                  'memento-review-mark-stale
                'memento-review-mark))
        (fringe (pcase memento-review-mark-style
                  ('auto (display-graphic-p))
                  (style (eq style 'fringe))))
        (text (if (seq-every-p #'char-displayable-p memento-review-mark-text) memento-review-mark-text "!")))
    (propertize "!" 'display
                (if fringe
                    `(left-fringe filled-square ,face)
                  `((margin left-margin)
                    ,(propertize text 'face face 'help-echo (memento--review-describe-all entries)))))))

(defun memento--review-describe-all (entries)
  "Return the remarks ENTRIES, which are about one line, as text."
  (mapconcat #'memento--review-describe entries "\n"))

(defun memento--review-marks (&optional begin end)
  "Return the overlays between BEGIN and END, by default all, in order."
  (save-restriction
    (widen)
    (sort (seq-filter (lambda (overlay) (overlay-get overlay 'memento-review))
                      (overlays-in (or begin (point-min)) (or end (point-max))))
          (lambda (a b)
            (or (< (overlay-start a) (overlay-start b))
                (and (= (overlay-start a) (overlay-start b))
                     (< (plist-get (overlay-get a 'memento-review) :log-line)
                        (plist-get (overlay-get b 'memento-review) :log-line))))))))

(defun memento--review-mark-put (entry line)
  "Put an overlay for the remark ENTRY on LINE of the current buffer."
  (save-restriction
    (widen)
    (save-excursion
      (goto-char (point-min))
      (forward-line (1- (max 1 line)))
      (let ((overlay (make-overlay (point) (line-end-position) nil t nil)))
        (overlay-put overlay 'memento-review entry)))))

(defun memento--review-marks-show ()
  "Show one mark on each line that has overlays of remarks."
  ;; Two would fill the margin and touch the text.
  (dolist (group (seq-group-by #'overlay-start (memento--review-marks)))
    (let ((entries (mapcar (lambda (overlay) (overlay-get overlay 'memento-review)) (cdr group))))
      (overlay-put (cadr group) 'before-string (memento--review-mark entries))
      (dolist (overlay (cdr group))
        (overlay-put overlay 'help-echo (memento--review-describe-all entries))))))

(defun memento--review-unlike-file-p ()
  "Return non-nil if the buffer's text is not, or may not be, that of its file."
  (or (buffer-modified-p)
      ;; An assistant has written the file since it was read.
      (not (verify-visited-file-modtime))))

(defun memento--review-line-like-p (anchor)
  "Return non-nil if the text of the line at point is that of ANCHOR."
  (let ((text (string-trim (buffer-substring-no-properties (line-beginning-position) (line-end-position)))))
    ;; The log keeps the first 200 characters.
    (equal (string-trim (substring text 0 (min 200 (length text)))) (string-trim anchor))))

(defun memento--review-anchor-line (anchor lines)
  "Return the line with the text ANCHOR that is nearest to one of LINES, or nil."
  (save-restriction
    (widen)
    (save-excursion
      (let ((case-fold-search nil)
            (number 1)
            found least)
        (goto-char (point-min))
        ;; Blank lines are all alike: which one was meant cannot be told.
        (unless (string-blank-p anchor)
          (while (let ((start (point)))
                   (when (search-forward (string-trim anchor) nil t)
                     (forward-line 0)
                     (setq number (+ number (count-lines start (point))))))
            (let ((distance (seq-min (mapcar (lambda (line) (abs (- number line))) lines))))
              (when (and (or (null least) (< distance least))
                         (memento--review-line-like-p anchor))
                (setq found number least distance)))
            (setq number (1+ number))
            (forward-line 1)))
        found))))

(defun memento--review-mark-line (entry)
  "Return the line of the current buffer that ENTRY is about.
Its place is that in the file.  Where the buffer's text is another one, it
is the line with the same text, nearest to where the code was or is in the file."
  (let* ((line (plist-get entry :line))
         (place (or (plist-get entry :place-line) line))
         (anchor (plist-get entry :anchor)))
    (or (and anchor
             (memento--review-unlike-file-p)
             (memento--review-anchor-line anchor (list line place)))
        place)))

(defun memento--review-margin-update (wanted)
  "Widen the left margin if that is WANTED, else give it back."
  ;; The mark and a gap, lest it looks like a part of the text.
  (let ((width (1+ (string-width memento-review-mark-text))))
    (cond
     ((and wanted (< (or left-margin-width 0) width))
      (setq memento--review-margin (or left-margin-width 0)
            left-margin-width width))
     ((and (not wanted) memento--review-margin)
      (setq left-margin-width memento--review-margin
            memento--review-margin nil))
     (t (setq width nil)))
    (when width
      (memento--review-margin-apply))))

(defun memento--review-margin-apply ()
  "Give the windows of the current buffer the margin it should have."
  (dolist (window (get-buffer-window-list nil nil t))
    (unless (equal (or (car (window-margins window)) 0) (or left-margin-width 0))
      (set-window-margins window left-margin-width (cdr (window-margins window))))))

(defun memento--review-marks-refresh (&rest _)
  "Mark the lines of the current buffer that have open remarks now.
Trouble with the log is told and not signalled: files open and save."
  (when (and memento-review-mode (memento--review-markable-p))
    (setq memento--review-marks-outdated nil)
    (with-demoted-errors "memento: %S"
      (memento--review-marks-make))))

(defun memento--review-marks-make ()
  "Put the overlays of the current buffer where they belong."
  (let ((entries (memento--call #'memento-core-review-locate-file (memento--text buffer-file-name)))
        (unlike (memento--review-unlike-file-p))
        (known (make-hash-table :test #'equal)))
    (dolist (overlay (memento--review-marks))
      (let ((entry (overlay-get overlay 'memento-review)))
        ;; Where the buffer is not as the file, the marks have moved with its text, and the file does not know.
        (if (and unlike
                 (seq-find (lambda (new) (equal (plist-get new :id) (plist-get entry :id))) entries))
            (puthash (plist-get entry :id) overlay known)
          (delete-overlay overlay))))
    (dolist (entry entries)
      (let* ((old (gethash (plist-get entry :id) known))
             (line (if old
                       (save-restriction (widen) (line-number-at-pos (overlay-start old) t))
                     (memento--review-mark-line entry))))
        (when old
          (delete-overlay old))
        (memento--review-mark-put entry line)))
    (memento--review-marks-show)
    (memento--review-margin-update
     (and entries
          (not (eq memento-review-mark-style 'fringe))
          (not (and (eq memento-review-mark-style 'auto) (display-graphic-p)))))))

(defun memento--review-marks-changed ()
  "Have each buffer of this mode marked again: now if it is displayed."
  (dolist (buffer (buffer-list))
    (when (buffer-local-value 'memento-review-mode buffer)
      (with-current-buffer buffer
        (setq memento--review-marks-outdated t)
        (memento--review-marks-displayed)))))

(defun memento--review-marks-displayed ()
  "Mark the current buffer again if it is displayed and outdated."
  (when (get-buffer-window nil t)
    (when memento--review-marks-outdated
      (memento--review-marks-refresh))
    ;; Splitting windows and restoring a configuration bring up windows without the margin.
    (memento--review-margin-apply)))

(defun memento--review-eldoc (&rest _)
  "Return the remarks at point's line, for `eldoc-documentation-functions'."
  (when-let ((marks (memento--review-marks (line-beginning-position) (min (point-max) (1+ (line-end-position)))))
             (here (seq-filter (lambda (overlay)
                                 (<= (line-beginning-position) (overlay-start overlay) (line-end-position)))
                               marks)))
    (memento--review-describe-all (mapcar (lambda (overlay) (overlay-get overlay 'memento-review)) here))))

;;;; The mode

;; Reverting a buffer sets its major mode up anew, which kills local variables: marks must outlive that.
(put 'memento-review-mode 'permanent-local t)
(put 'memento--review-marks-refresh 'permanent-local-hook t)
(put 'memento--review-marks-displayed 'permanent-local-hook t)
(put 'memento--review-eldoc 'permanent-local-hook t)

(defun memento--review-markable-p ()
  "Return non-nil if the current buffer is of a file that may have remarks."
  (and buffer-file-name (not (file-remote-p buffer-file-name))))

(defconst memento--review-mode-hooks '(after-revert-hook after-save-hook after-change-major-mode-hook)
  "The hooks after which lines are marked again.")

;;;###autoload
(define-minor-mode memento-review-mode
  "Mark the lines that have open remarks, and show the remark at point."
  :lighter nil
  (cond
   ((not memento-review-mode)
    (mapc #'delete-overlay (memento--review-marks))
    (memento--review-margin-update nil)
    (remove-hook 'eldoc-documentation-functions #'memento--review-eldoc t)
    (dolist (hook memento--review-mode-hooks)
      (remove-hook hook #'memento--review-marks-refresh t))
    (remove-hook 'window-configuration-change-hook #'memento--review-marks-displayed t))
   ((not (memento--review-markable-p))
    (setq memento-review-mode nil)
    (user-error "Buffer %s visits no file of this machine: it has no remarks" (buffer-name)))
   (t
    (add-hook 'eldoc-documentation-functions #'memento--review-eldoc nil t)
    (dolist (hook memento--review-mode-hooks)
      (add-hook hook #'memento--review-marks-refresh nil t))
    (add-hook 'window-configuration-change-hook #'memento--review-marks-displayed nil t)
    (unless eldoc-mode
      (eldoc-mode 1))
    (memento--review-marks-refresh))))

(add-hook 'memento-review-changed-hook #'memento--review-marks-changed)

(defun memento--review-mode-turn-on ()
  "Turn on `memento-review-mode' in a file, if the module is there."
  (when (and (memento--review-markable-p)
             (memento-module-available-p))
    ;; A file that is visited shall open, whatever is wrong with the log.
    (with-demoted-errors "memento: %S"
      (memento-review-mode 1)
      (memento--review-log-adopt))))

;;;###autoload
(define-globalized-minor-mode global-memento-review-mode
  memento-review-mode memento--review-mode-turn-on
  :group 'memento-review
  :predicate '((not special-mode) t))

;;;; Walking

(defun memento--review-walk (n)
  "Move to the Nth marked line after point, before it where N is negative."
  (cond
   ((not memento-review-mode) (memento-review-mode 1))
   (memento--review-marks-outdated (memento--review-marks-refresh)))
  (let* ((here (line-beginning-position))
         (starts (delete-dups (mapcar #'overlay-start (memento--review-marks))))
         (ahead (if (> n 0)
                    (seq-filter (lambda (start) (> start (line-end-position))) starts)
                  (nreverse (seq-filter (lambda (start) (< start here)) starts))))
         (target (nth (1- (abs n)) ahead)))
    (cond
     ((null starts) (user-error "No open remarks in this file"))
     ((null target) (user-error "No %s remark in this file" (if (> n 0) "further" "earlier"))))
    (unless (<= (point-min) target (point-max))
      (widen))
    (push-mark nil t)
    (goto-char target)
    (message "%s" (memento--review-eldoc))))

;;;###autoload
(defun memento-review-next (n)
  "Move to the next line with an open remark, or to the Nth one."
  (interactive "p")
  (memento--review-walk n))

;;;###autoload
(defun memento-review-previous (n)
  "Move to the previous line with an open remark, or to the Nth one."
  (interactive "p")
  (memento--review-walk (- n)))

(provide 'memento-review-mode)
;;; memento-review-mode.el ends here
