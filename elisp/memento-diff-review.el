;;; memento-diff-review.el --- Judge a diff hunk by hunk  -*- lexical-binding: t; -*-

;; Copyright (c) 2026 The memento authors
;; SPDX-License-Identifier: MIT

;;; Commentary:

;; The buffer in which a request is judged, and its keys.  It is Diff mode with a header above the diff; its parts are in
;; files of their own, from the bottom to the top:
;;
;; - memento-diff-items.el: what is judged and where it is
;; - memento-diff-fold.el, memento-diff-move.el: fold and move
;; - memento-diff-header.el, memento-diff-show.el, memento-diff-rich.el: how it looks
;; - memento-diff-judge.el, memento-diff-comment.el: approve, reject, comment, undo
;; - memento-diff-visit.el: the source, Ediff
;; - memento-diff-submit.el: the verdict

;;; Code:

(require 'memento-diff-submit)
(require 'memento-diff-rich)
(require 'diff-mode)
(require 'easymenu)
(require 'transient)

(declare-function memento-core-diff-begin "ext:memento-core")
(declare-function memento-core-diff-list "ext:memento-core")
(declare-function memento--evil-diff "memento-evil")
(defvar diff-mode-read-only)

;;;; The mode

(defvar memento-diff-review-mode-map
  (let ((map (make-sparse-keymap)))
    ;; Digits are prefix arguments; other letters do nothing, since nothing can be typed here.
    (suppress-keymap map)
    (pcase-dolist (`(,key . ,command)
                   '(("n" . memento-diff-next) ("p" . memento-diff-previous)
                     ;; Help names the last one.
                     ("}" . memento-diff-next-file) ("{" . memento-diff-previous-file)
                     ("N" . memento-diff-next-file) ("P" . memento-diff-previous-file)
                     ("j" . memento-diff-next-undecided)
                     ("RET" . memento-diff-visit) ("o" . memento-diff-visit-other-window)
                     ("TAB" . memento-diff-toggle) ("<backtab>" . memento-diff-toggle-all) ("=" . memento-diff-toggle-kept)
                     ("a" . memento-diff-approve) ("A" . memento-diff-approve-file)
                     ("r" . memento-diff-reject) ("R" . memento-diff-reject-file)
                     ("c" . memento-diff-comment) ("x" . memento-diff-delete-comment) ("k" . memento-diff-delete-comment)
                     ("u" . memento-diff-undo) ("U" . memento-diff-unmark)
                     ("e" . memento-diff-ediff) ("L" . memento-diff-log) ("l" . memento-diff-log) ("w" . memento-diff-copy)
                     ("g" . revert-buffer) ("q" . memento-diff-quit) ("?" . memento-diff-menu)
                     ("C-c C-c" . memento-diff-submit) ("C-c C-k" . memento-diff-put-back)
                     ("C-c C-n" . memento-diff-next-round)
                     ("SPC" . scroll-up-command) ("DEL" . scroll-down-command) ("S-SPC" . scroll-down-command)
                     ("<" . beginning-of-buffer) (">" . end-of-buffer) ("h" . describe-mode)))
      (define-key map (kbd key) command))
    (define-key map [remap undo] #'memento-diff-undo)
    ;; What Diff mode would do to the text, or to the files behind the review's back.
    (dolist (command '(diff-hunk-kill diff-file-kill diff-split-hunk diff-apply-hunk diff-reverse-direction
                       diff-unified->context diff-context->unified diff-ignore-whitespace-hunk diff-refresh-hunk
                       diff-delete-trailing-whitespace diff-ediff-patch diff-undo diff-hunk-next diff-hunk-prev
                       diff-kill-applied-hunks diff-wiggle read-only-mode
                       ;; Of Emacs 30.
                       diff-revert-and-kill-hunk diff-delete-other-hunks diff-apply-buffer))
      (define-key map (vector 'remap command)
        (pcase command
          ('diff-hunk-next #'memento-diff-next)
          ('diff-hunk-prev #'memento-diff-previous)
          ('diff-ediff-patch #'memento-diff-ediff)
          ('diff-undo #'memento-diff-undo)
          (_ #'undefined))))
    map)
  "Keys of a review.")

(easy-menu-define nil memento-diff-review-mode-map
  "Menu of a review."
  '("Review"
    ["Approve hunk" memento-diff-approve]
    ["Reject hunk..." memento-diff-reject]
    ["Comment on line..." memento-diff-comment]
    ["Approve file" memento-diff-approve-file]
    ["Reject file..." memento-diff-reject-file]
    ["Undo" memento-diff-undo]
    "--"
    ["Visit source" memento-diff-visit]
    ["Ediff file" memento-diff-ediff]
    ["Log to the review log..." memento-diff-log]
    ["Copy as patch" memento-diff-copy]
    ["Only what is new" memento-diff-toggle-kept]
    "--"
    ["Submit..." memento-diff-submit]
    ["Put back into the queue" memento-diff-put-back]
    ["All keys" memento-diff-menu]))

;; What is in Diff mode's own menu does nothing here, or what this one does.
(define-key memento-diff-review-mode-map [menu-bar diff] #'undefined)
(define-key memento-diff-review-mode-map [menu-bar Diff] #'undefined)

(defvar memento--diff-keywords
  ;; Those that are functions highlight syntax and changed words, which here is done when there is time.
  (seq-remove (lambda (keyword) (functionp (car-safe keyword))) diff-font-lock-keywords)
  "What Font Lock highlights in a review.")

(define-derived-mode memento-diff-review-mode diff-mode "Review"
  "Mode of the buffer in which a diff is judged hunk by hunk.

Each judgement is stored when its key is pressed.  Beside each hunk stands
how it was judged: ✓ (or A) approved, ✗ (or R) rejected, ● (or C) commented,
= unchanged since the last round.
\\<memento-diff-review-mode-map>
\\[memento-diff-next] \\[memento-diff-previous]	next, previous hunk
\\[memento-diff-next-file] \\[memento-diff-previous-file]	next, previous file
\\[memento-diff-next-undecided]	next undecided hunk
\\[memento-diff-approve] \\[memento-diff-approve-file]	approve the hunk (or region), the file
\\[memento-diff-reject] \\[memento-diff-reject-file]	reject them, for a reason
\\[memento-diff-comment]	comment on the line, region, or (on its first line) hunk
\\[memento-diff-delete-comment]	delete the comment at point
\\[memento-diff-undo]	undo the last judgement or comment
\\[memento-diff-unmark]	take the judgement of the hunk back
\\[memento-diff-visit] \\[memento-diff-visit-other-window]	visit the line in its file
\\[memento-diff-ediff]	compare the file with its base in Ediff
\\[memento-diff-toggle] \\[memento-diff-toggle-all]	fold the hunk or file, all files
\\[memento-diff-toggle-kept]	only what is new since the last round, or all
\\[memento-diff-log]	log the comment or reason to the review log
\\[memento-diff-copy]	copy the hunk, as a patch
\\[memento-diff-submit]	submit; \\[memento-diff-put-back] puts the review back into the queue
\\[memento-diff-quit]	leave; the review stays yours

\\{memento-diff-review-mode-map}"
  (setq buffer-read-only t
        left-margin-width 2
        mode-line-buffer-identification '(:eval (memento--diff-mode-line)))
  (buffer-disable-undo)
  (setq-local font-lock-defaults '(memento--diff-keywords t nil nil nil (font-lock-multiline . nil))
              font-lock-fontify-region-function #'memento--diff-fontify
              font-lock-unfontify-region-function #'memento--diff-unfontify
              revert-buffer-function #'memento--diff-refresh
              imenu-create-index-function #'memento--diff-imenu
              bookmark-make-record-function nil
              memento--diff-shown-function #'memento--diff-show)
  ;; Diff mode's own keys for read-only buffers would go before those of this mode: of Emacs 28 and 30.
  (setq minor-mode-overriding-map-alist (assq-delete-all 'buffer-read-only minor-mode-overriding-map-alist))
  (setq diff-mode-read-only nil)
  (add-function :filter-return (local 'filter-buffer-substring-function) #'substring-no-properties)
  (jit-lock-register #'memento--diff-decorate)
  (add-hook 'kill-buffer-hook #'memento--diff-rich-end nil t)
  (add-hook 'kill-buffer-hook #'memento--diff-killed nil t)
  (add-hook 'window-size-change-functions #'memento--diff-resized nil t)
  (when (featurep 'evil)
    (require 'memento-evil)
    (memento--evil-diff)))

(defun memento--diff-fontify (beginning end &optional loudly)
  "Highlight the diff between BEGINNING and END; LOUDLY is Font Lock's.
The header has faces of its own."
  (if (or (null memento--diff-start) (<= end memento--diff-start))
      `(jit-lock-bounds ,beginning . ,end)
    (font-lock-default-fontify-region (max beginning memento--diff-start) end loudly)))

(defun memento--diff-unfontify (beginning end)
  "Remove the faces of the diff between BEGINNING and END."
  (when (and memento--diff-start (> end memento--diff-start))
    (font-lock-default-unfontify-region (max beginning memento--diff-start) end)))

(defvar-local memento--diff-wrapped nil "The width for which text was last wrapped.")

(defun memento--diff-resized (window)
  "Wrap the header and what the person wrote after WINDOW was resized or shown."
  (with-current-buffer (window-buffer window)
    (when (and memento--diff-notes (not (eql (memento--diff-width) memento--diff-wrapped)))
      (setq memento--diff-wrapped (memento--diff-width))
      (memento--diff-show-all-notes)
      (memento--diff-show-header))))

(defun memento--diff-mode-line ()
  "Return the request, and file and hunk at point, for the mode line."
  (let* ((item (memento--diff-item-at (point)))
         (file (memento--diff-file-at (point))))
    (string-replace
     "%" "%%"
     (concat (propertize (or (plist-get memento--diff-request :id) "") 'face 'mode-line-buffer-id)
             (cond
              ((not (memento--diff-open-p)) (format " (%s)" (plist-get memento--diff-request :state)))
              ((not (memento--diff-mine-p))
               (if (eq (plist-get memento--diff-request :state) 'waiting) " (put back)" " (taken over)")))
             (when file
               (concat " " (memento--diff-short-path (plist-get (memento--diff-file file) :path))))
             (when item
               (format " %d/%d" (1+ item) (length memento--diff-items)))))))

(defun memento--diff-short-path (path)
  "Return PATH, or its last part where the mode line has no room for it."
  (if (< (string-width path) (max 20 (- (window-width) 55)))
      path
    (concat (memento--diff-glyph "…" "...") "/" (file-name-nondirectory path))))

(defun memento--diff-imenu ()
  "Return the files, for Imenu."
  (seq-map-indexed (lambda (file index)
                     (cons (plist-get file :path) (memento--diff-file-beginning index)))
                   memento--diff-files))

;;;; Opening

(defun memento--diff-buffer (id)
  "Return the buffer with the review of the request ID, or nil."
  (seq-find (lambda (buffer)
              (with-current-buffer buffer
                (and (derived-mode-p 'memento-diff-review-mode)
                     (equal (plist-get memento--diff-request :id) id))))
            (buffer-list)))

(defun memento--diff-make (review)
  "Return a new buffer with REVIEW."
  (let* ((request (plist-get review :request))
         (buffer (generate-new-buffer (format "*memento diff %s*" (plist-get request :id)))))
    (with-current-buffer buffer
      (setq default-directory (file-name-as-directory (plist-get request :repository)))
      ;; The text is not edited: Diff mode need not watch it.
      (let ((diff-update-on-the-fly nil)
            (diff-default-read-only nil)
            (inhibit-read-only t))
        (memento-diff-review-mode)
        (with-silent-modifications
          (memento--diff-insert review)))
      (setq-local diff-default-directory default-directory
                  diff-buffer-type 'git
                  diff-vc-backend 'Git
                  diff-vc-revisions (list (plist-get request :base) nil))
      (setq memento--diff-reviewer (plist-get request :reviewer))
      (memento--diff-fold-begin)
      (memento--diff-guard)
      (goto-char memento--diff-start))
    buffer))

(defun memento--diff-guard ()
  "Have nothing but the review itself change the buffer's text.
Commands of Diff mode that are called by name heed no read-only buffer, and a
judgement would then be of another hunk than the one it is seen at."
  (let ((overlay (make-overlay (point-min) (point-max) nil nil t))
        (refuse (list (lambda (_ after &rest _)
                        (unless after
                          (user-error "The diff under review stays as it is"))))))
    (dolist (hook '(modification-hooks insert-in-front-hooks insert-behind-hooks))
      (overlay-put overlay hook refuse))))

(defun memento--diff-begin-at ()
  "Go to where the review begins: the first hunk that is undecided."
  (goto-char (point-min))
  (if (= (bool-vector-count-population memento--diff-folded-files) 0)
      (let ((memento-diff-go-on t))
        (unless (memento--diff-goto-undecided 0)
          (goto-char (point-min))))
    (goto-char memento--diff-start))
  (when (eq (window-buffer) (current-buffer))
    (set-window-start nil (point-min))
    (unless (pos-visible-in-window-p (point))
      (recenter))))

(defun memento--diff-review (id &optional take-over return)
  "Open the review of the request ID; TAKE-OVER takes it from another Emacs.
RETURN is the function that brings back the windows afterwards, by default to
what they are now.  Signal `memento-conflict' where another Emacs has it."
  (let* ((return (or return (memento--capture-returner)))
         (review (memento--call #'memento-core-diff-begin id take-over))
         (known (memento--diff-buffer (plist-get (plist-get review :request) :id)))
         (buffer (or known (memento--without-gc (memento--diff-make review)))))
    (unless (eq buffer (current-buffer))
      (with-current-buffer buffer
        (setq memento--diff-return return)))
    (pop-to-buffer-same-window buffer)
    (when known
      (memento--diff-set review)
      (setq memento--diff-reviewer (plist-get memento--diff-request :reviewer)))
    (memento--diff-show t)
    (unless known
      (memento--diff-begin-at))
    buffer))

;;;; Keeping up

(defun memento--diff-refresh (&rest _)
  "Look again at the request, for `revert-buffer-function'.
Where it is nobody's it is taken again; where another Emacs has it the person is
asked."
  (memento--with-user-errors
    (memento--diff-look-again)
    (when (and (memento--diff-open-p) (not (memento--diff-mine-p)))
      (memento--diff-set (memento--diff-take (lambda (id &optional take-over)
                                               (memento--call #'memento-core-diff-begin id take-over))
                                             (memento--diff-id)))
      (setq memento--diff-reviewer (plist-get memento--diff-request :reviewer))
      (memento--diff-show t))))

(defun memento--diff-notice ()
  "Have reviews that are open show what others did with their requests."
  (let ((buffers (seq-filter (lambda (buffer)
                               (with-current-buffer buffer
                                 (and (derived-mode-p 'memento-diff-review-mode) (memento--diff-open-p))))
                             (buffer-list))))
    (when buffers
      (with-demoted-errors "memento: %S"
        (let ((open (memento--call #'memento-core-diff-list nil)))
          (dolist (buffer buffers)
            (with-current-buffer buffer
              (let ((now (seq-find (lambda (request) (equal (plist-get request :id) (memento--diff-id))) open)))
                (unless (and now
                             (eq (plist-get now :state) (plist-get memento--diff-request :state))
                             (equal (plist-get now :reviewer) (plist-get memento--diff-request :reviewer)))
                  (memento--diff-look-again))))))))))

(add-hook 'memento-diff-changed-hook #'memento--diff-notice)

(defun memento-diff-next-round ()
  "Go on with the round of this request that took its place."
  (interactive)
  (let ((next (or (plist-get memento--diff-request :next)
                  (progn (memento--diff-look-again) (plist-get memento--diff-request :next))
                  (user-error "There is no later round")))
        (old (current-buffer))
        (return memento--diff-return))
    (memento--with-user-errors (memento--diff-review next nil return))
    (unless (eq old (current-buffer))
      (kill-buffer old))))

(defun memento-diff-quit ()
  "Leave the review; it stays yours.  The windows are as before it."
  (interactive)
  (let ((buffer (current-buffer))
        (return memento--diff-return))
    (setq memento--diff-return nil)
    (if (null return)
        (quit-window)
      (funcall return)
      (bury-buffer buffer))))

;;;; Help

;;;###autoload (autoload 'memento-diff-menu "memento-diff-review" nil t)
(transient-define-prefix memento-diff-menu ()
  "The keys of a review."
  [["Judge"
    ("a" "approve" memento-diff-approve)
    ("A" "approve file" memento-diff-approve-file)
    ("r" "reject" memento-diff-reject)
    ("R" "reject file" memento-diff-reject-file)
    ("c" "comment" memento-diff-comment)
    ("x" "delete comment" memento-diff-delete-comment)
    ("U" "take back" memento-diff-unmark)
    ("u" "undo" memento-diff-undo)]
   ["Move"
    ("n" "next hunk" memento-diff-next :transient t)
    ("p" "previous hunk" memento-diff-previous :transient t)
    ("N" "next file" memento-diff-next-file :transient t)
    ("P" "previous file" memento-diff-previous-file :transient t)
    ("j" "next undecided" memento-diff-next-undecided :transient t)
    ("TAB" "fold" memento-diff-toggle :transient t)
    ("<backtab>" "fold all" memento-diff-toggle-all :transient t)
    ("=" "only new ones" memento-diff-toggle-kept :transient t)]
   ["Code"
    ("RET" "visit" memento-diff-visit)
    ("o" "other window" memento-diff-visit-other-window)
    ("e" "ediff" memento-diff-ediff)
    ("l" "to the log" memento-diff-log)
    ("w" "copy" memento-diff-copy)]
   ["Review"
    ("C-c C-c" "submit" memento-diff-submit)
    ("C-c C-k" "put back" memento-diff-put-back)
    ("C-c C-n" "next round" memento-diff-next-round)
    ("g" "look again" revert-buffer)
    ("q" "leave" memento-diff-quit)]])

(provide 'memento-diff-review)
;;; memento-diff-review.el ends here
