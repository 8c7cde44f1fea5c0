;;; memento-review-capture.el --- Write a remark about the code at point  -*- lexical-binding: t; -*-

;; Copyright (c) 2026 The memento authors
;; SPDX-License-Identifier: MIT

;;; Commentary:

;; `memento-review-comment' opens a small buffer at the bottom of the frame.  C-c C-c logs what was typed there, C-c C-k
;; abandons it, and either way windows and point are as they were.  Text is never lost: what was abandoned, killed or
;; refused comes back with M-p.

;;; Code:

(require 'memento-review-log)
(require 'memento-review-place)
(require 'ring)

(declare-function memento-core-review-add "ext:memento-core")
(declare-function memento-core-review-edit "ext:memento-core")
(declare-function evil-exit-visual-state "ext:evil-states")
(declare-function evil-visual-state-p "ext:evil-states")
(declare-function memento--evil-capture "memento-evil")

;;;; Customization

(defcustom memento-review-capture-height 8
  "Height in lines of the window in which a remark is written."
  :group 'memento-review
  :type 'natnum)

(defcustom memento-review-capture-ring-size 30
  "How many abandoned remarks are kept to be recalled."
  :group 'memento-review
  :type 'natnum)

;;;; Internal variables

(defvar memento-review-capture-ring nil
  "The texts of remarks that were abandoned or could not be logged, newest first.
A ring, or nil before the first one.")

(defvar memento--review-comment-history nil
  "The remarks that were typed in the minibuffer.")

(defvar-local memento--capture-label nil "The place that is written about, as text.")
(defvar-local memento--capture-category nil "The chosen category, or nil.")
(defvar-local memento--capture-note nil "What the person should know about the place, or nil.")
(defvar-local memento--capture-start "" "The text that the buffer started with.")
(defvar-local memento--capture-verb "log" "What finishing does with the text, in a word.")
(defvar-local memento--capture-may-be-empty nil "Non-nil if no text at all can be stored too.")
(defvar-local memento--capture-save nil "The function that stores the text and the category.")
(defvar-local memento--capture-return nil "The function that brings windows and point back.")

;;;; The ring

(defun memento--capture-keep (text)
  "Keep TEXT in `memento-review-capture-ring', unless it is blank or there already."
  (unless (string-blank-p text)
    (unless memento-review-capture-ring
      (setq memento-review-capture-ring (make-ring memento-review-capture-ring-size)))
    (when-let ((twin (ring-member memento-review-capture-ring text)))
      (ring-remove memento-review-capture-ring twin))
    (ring-insert memento-review-capture-ring text)))

(defun memento--capture-text ()
  "Return what was typed, without blank lines around it."
  (memento--text (string-trim (buffer-substring-no-properties (point-min) (point-max)))))

(defun memento--capture-keep-typed ()
  "Keep what was typed; return nil if that is nothing.
The text that the buffer started with is still in the log."
  (let ((text (memento--capture-text)))
    (unless (or (string-empty-p text) (equal text memento--capture-start))
      (memento--capture-keep text)
      t)))

(defun memento-review-capture-recall (n)
  "Replace the text by the Nth one back in the ring of abandoned remarks."
  (interactive "p")
  (let ((text (memento--capture-text)))
    ;; What stands here goes to the ring too, so that nothing typed is lost.
    (unless (and memento-review-capture-ring (ring-member memento-review-capture-ring text))
      (memento--capture-keep text))
    (let* ((ring (or memento-review-capture-ring (user-error "No remark was abandoned yet")))
           (index (+ (or (ring-member ring text) -1) n)))
      (unless (< -1 index (ring-length ring))
        (user-error "No %s remark in the ring" (if (< index 0) "newer" "older")))
      (erase-buffer)
      (insert (ring-ref ring index)))))

(defun memento-review-capture-recall-newer (n)
  "Replace the text by the Nth one forward in the ring of abandoned remarks."
  (interactive "p")
  (memento-review-capture-recall (- n)))

;;;; The mode

(defvar memento-review-capture-mode-map
  (let ((map (make-sparse-keymap)))
    (define-key map (kbd "C-c C-c") #'memento-review-capture-finish)
    (define-key map (kbd "C-c C-k") #'memento-review-capture-abandon)
    (define-key map (kbd "C-c C-t") #'memento-review-capture-category)
    (define-key map (kbd "M-p") #'memento-review-capture-recall)
    (define-key map (kbd "M-n") #'memento-review-capture-recall-newer)
    map)
  "Keys of the buffer in which a remark is written.")

(define-derived-mode memento-review-capture-mode text-mode "Remark"
  "Mode of the buffer in which a remark is written.

\\<memento-review-capture-mode-map>\\[memento-review-capture-finish] logs the remark, \
\\[memento-review-capture-abandon] abandons it and keeps its text for \\[memento-review-capture-recall],
\\[memento-review-capture-category] sets its category."
  (setq header-line-format '(:eval (memento--capture-header (window-width))))
  (visual-line-mode 1)
  (when (featurep 'evil)
    (require 'memento-evil)
    (memento--evil-capture))
  (add-hook 'kill-buffer-hook #'memento--capture-killed nil t))

(defun memento--capture-header (width)
  "Return the header line for a window of WIDTH columns."
  (let* ((category (if memento--capture-category
                       (concat "  " (propertize memento--capture-category 'face 'memento-review-category))
                     ""))
         (keys (substitute-command-keys
                (concat "  \\<memento-review-capture-mode-map>\\[memento-review-capture-finish] " memento--capture-verb
                        "  \\[memento-review-capture-abandon] abandon"
                        (and (equal memento--capture-verb "log")
                             "  \\[memento-review-capture-category] category"))))
         (label (truncate-string-to-width
                 memento--capture-label (max 10 (- width 2 (string-width category) (string-width keys)))
                 nil nil "…"))
         (line (concat " " (propertize label 'face 'bold) category keys)))
    ;; In a header line a percent sign starts a construct.
    (string-replace "%" "%%" (truncate-string-to-width line width))))

(defun memento--capture-killed ()
  "Keep the text of a remark whose buffer is killed."
  (when memento--capture-save
    (memento--capture-keep-typed)))

(defun memento--capture-returner ()
  "Return a function to bring back the present windows and point."
  (let ((configuration (current-window-configuration))
        (window (selected-window))
        (buffer (current-buffer))
        (point (point-marker))
        (start (window-start)))
    (lambda ()
      (when (frame-live-p (window-configuration-frame configuration))
        (set-window-configuration configuration)
        (when (and (window-live-p window) (buffer-live-p buffer) (eq (window-buffer window) buffer))
          (set-window-start window start t)
          (set-window-point window point)
          (with-current-buffer buffer (goto-char point))))
      (set-marker point nil))))

(defun memento--capture (label save &optional text category note verb)
  "Open a buffer to write a remark about LABEL; on finishing call SAVE.
SAVE gets the text and the category, and returns what to tell the person, or a
function that does the rest when the windows are back and returns that.  TEXT,
CATEGORY and NOTE are what the buffer starts with.  VERB is what finishing does
where that is not to log; then there is no category."
  (when (derived-mode-p 'memento-review-capture-mode)
    (user-error "Finish this remark first (C-c C-c logs it, C-c C-k abandons it)"))
  (let ((return (memento--capture-returner))
        (directory default-directory)
        (buffer (generate-new-buffer "*memento remark*")))
    (with-current-buffer buffer
      (setq default-directory directory)
      (memento-review-capture-mode)
      (setq memento--capture-label label
            memento--capture-category category
            memento--capture-note note
            memento--capture-verb (or verb "log")
            memento--capture-save save
            memento--capture-return return)
      (when text
        (insert text)
        (setq memento--capture-start (memento--capture-text))
        (set-buffer-modified-p nil)))
    (memento--capture-display buffer memento-review-capture-height)
    (when note
      (message "%s" note))))

(defun memento--capture-display (buffer height)
  "Select BUFFER in a window at the bottom, of HEIGHT lines where there is room."
  (select-window
   (display-buffer
    buffer
    `((display-buffer-at-bottom)
      ;; Of a number that is too great for the other windows Emacs makes an error, when the window is there already.
      (window-height . ,(lambda (window)
                          (ignore-errors
                            (window-resize window (min (- height (window-total-height window))
                                                       (window-max-delta window))))))))))

(defun memento--capture-leave ()
  "Kill the buffer of a remark and bring back windows and point."
  (let ((buffer (current-buffer))
        (return memento--capture-return))
    (setq memento--capture-save nil)
    (funcall return)
    (kill-buffer buffer)))

(defun memento-review-capture-finish ()
  "Log the remark and go back to where it was made.
Where the log refuses it the buffer stays, with its text."
  (interactive)
  (let ((text (memento--capture-text)))
    (when (and (string-empty-p text) (not memento--capture-may-be-empty))
      (user-error "The remark is empty: type one, or abandon it with C-c C-k"))
    (let ((told (memento--with-user-errors
                  (funcall memento--capture-save text memento--capture-category))))
      (memento--capture-leave)
      (message "%s" (if (functionp told) (funcall told) told)))))

(defun memento-review-capture-abandon ()
  "Abandon the remark and go back.
Its text is kept for \\<memento-review-capture-mode-map>\\[memento-review-capture-recall] in the next one."
  (interactive)
  (let ((kept (memento--capture-keep-typed)))
    (memento--capture-leave)
    (message (if kept "Abandoned; M-p brings the text back in the next remark" "Abandoned"))))

(defun memento-review-capture-category (category)
  "Set the remark's CATEGORY; the empty string clears it."
  (interactive (list (if (equal memento--capture-verb "log")
                         (memento--review-read-category memento--capture-category)
                       (user-error "Only a remark in the review log has a category"))))
  (setq memento--capture-category (and (not (string-empty-p category)) category))
  (force-mode-line-update))

;;;; Commands

(defun memento--review-add (place text category)
  "Log TEXT with CATEGORY as a remark about PLACE; return what to tell."
  (let ((entry (memento--review-change
                #'memento-core-review-add
                (append (list :comment text :category category)
                        (list :file (plist-get place :file) :line (plist-get place :line)
                              :end-line (plist-get place :end-line) :text (plist-get place :text))))))
    (format "Logged a remark about %s in project %s" (memento--review-name entry) (plist-get entry :project))))

(defun memento--review-ask (place label)
  "Read a remark about PLACE, called LABEL, in the minibuffer and log it."
  (let ((text (string-trim (read-string (format "Remark about %s: " label) nil 'memento--review-comment-history nil t))))
    (when (string-empty-p text)
      (user-error "The remark is empty: nothing was logged"))
    (condition-case err
        (message "%s" (memento--with-user-errors (memento--review-add place (memento--text text) nil)))
      (error
       (memento--capture-keep text)
       (signal (car err) (cdr err))))))

(defun memento--review-write (place minibuffer)
  "Have the person write a remark about PLACE, in the minibuffer if MINIBUFFER."
  ;; Before anything is typed: is there a module to log it?
  (memento--with-user-errors (memento--store))
  (when (and (fboundp 'evil-visual-state-p) (evil-visual-state-p))
    (evil-exit-visual-state))
  (deactivate-mark)
  (let* ((entry (list :path (plist-get place :file) :line (plist-get place :line) :end-line (plist-get place :end-line)))
         (label (memento--review-name entry))
         (note (and (plist-get place :note) (format "%s: %s" label (plist-get place :note)))))
    (if minibuffer
        (memento--review-ask place label)
      (memento--capture label (lambda (text category) (memento--review-add place text category))
                        nil nil note))))

;;;###autoload
(defun memento-review-comment (&optional minibuffer)
  "Log a remark about the line at point, or about the region if it is active.
It is written in a buffer of its own; with a prefix argument MINIBUFFER it is
read in the minibuffer."
  (interactive "P")
  (memento--review-write (if (use-region-p)
                             (memento--place (region-beginning) (region-end))
                           (memento--place))
                         minibuffer))

;;;###autoload
(defun memento-review-region (begin end &optional minibuffer)
  "Log a remark about the lines from BEGIN to END, those of the region.
It is written in a buffer of its own; with a prefix argument MINIBUFFER it is
read in the minibuffer."
  (interactive
   (if (use-region-p)
       (list (region-beginning) (region-end) current-prefix-arg)
     (user-error "No region is active: mark the lines that the remark is about")))
  (memento--review-write (memento--place begin end) minibuffer))

(defun memento--review-edit (entry)
  "Have the person edit the comment and the category of ENTRY."
  (memento--capture
   (concat "Edit " (memento--review-name entry))
   (lambda (text category)
     (let ((entry (memento--review-change #'memento-core-review-edit (plist-get entry :id)
                                          (list :comment text :category (or category "")))))
       (format "Changed the remark about %s" (memento--review-name entry))))
   (plist-get entry :comment) (plist-get entry :category)))

(provide 'memento-review-capture)
;;; memento-review-capture.el ends here
